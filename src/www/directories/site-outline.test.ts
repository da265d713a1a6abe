import { expect, test } from "bun:test";
import { siteOutline } from "./site-outline.ts";

test("a site is outlined with its bindings and what lies below it, wherever the files are", () => {
  const values = { bindings: ["*:80:A.example"], secureBindings: [":443"], title: "Shop" };
  const nothing = { settings: {}, own: [], collections: {} };
  const below = {
    applications: {
      store: { settings: { path: "/srv/store" }, own: ["path"], collections: { directories: { img: nothing } } }, // system path: only named
    },
    directories: { docs: nothing },
  };
  const site = { name: "a/b", path: "www/sites/a%2Fb", values, below };
  expect(siteOutline({ root: "/home", from: "--home" }, site)).toEqual({
    name: "a/b",
    path: "www/sites/a%2Fb",
    title: "Shop",
    bindings: ["*:80:a.example"],
    secureBindings: ["*:443"],
    folder: "/home/content/a%2Fb",
    directories: [
      { url: "/docs", application: "/", path: "www/sites/a%2Fb/directories/docs", folder: "/home/content/a%2Fb/docs" },
      { url: "/store", application: "/store", path: "www/sites/a%2Fb/applications/store", folder: "/srv/store" },
      {
        url: "/store/img",
        application: "/store",
        path: "www/sites/a%2Fb/applications/store/directories/img",
        folder: "/srv/store/img",
      },
    ],
  });
});
