import { expect, test } from "bun:test";
import { underTls } from "../../net/testing/fake-connection.ts";
import { valuesOf } from "../../schema/resolve.ts";
import { wwwSite } from "../settings.ts";
import { fakeAsker } from "../testing/fake-asker.ts";
import { OpenSite } from "../testing/open-site.ts";
import { addressRows, visitorRows } from "./admission-rows.ts";

const files = {
  "content/a/index.html": "for all",
  "content/a/staff/index.html": "for staff",
  "content/a/staff/a.txt": "a",
};
const basic = (account: string, password = "right") =>
  `Authorization: Basic ${Buffer.from(`${account}:${password}`).toString("base64")}\r\n`;
const secured = () => fakeAsker({ secured: underTls });
const shown = { ...underTls, clientName: "ada", clientFingerprint: "AA:BB" };

const staffOnly = { authorization: ["allow group staff"], basicAuthentication: true };
const withStaff = (settings: object) => ({ directories: { staff: { settings: settings as never } } });

test("a folder for a group asks who it is, lets in whom the rules name, and leaves the rest of the site alone", async () => {
  using it = new OpenSite(withStaff(staffOnly), files);
  const asked = await it.ask("GET", "/staff/", "", secured());
  expect([asked.status, asked.substatus]).toEqual([401, 2]);
  expect(asked.fields).toContainEqual(["WWW-Authenticate", 'Basic realm="a", charset="UTF-8"']);
  for (const target of ["/staff/a.txt", "/STAFF/a.txt", "/x/../staff", "/st%61ff/a.txt", "/staff/none"])
    expect([target, await it.code("GET", target, "", secured())]).toEqual([target, "401.2"]);
  expect(await it.code("GET", "/staff/", basic("ada"), secured())).toBe("200");
  expect(await it.code("GET", "/staff/a.txt", basic("ada"), secured())).toBe("200");
  expect(await it.code("GET", "/staff/a.txt", "", secured())).toBe("401.2");
  expect(await it.get("/")).toBe("200 for all");
});

test("each way in which a login fails has an answer of its own", async () => {
  using it = new OpenSite({ settings: { basicAuthentication: true, basicRealm: 'Our "house"' } }, files);
  const wrong = await it.ask("GET", "/", basic("ada", "wrong"), secured());
  expect([wrong.status, wrong.substatus]).toEqual([401, 1]);
  expect(wrong.fields).toContainEqual(["WWW-Authenticate", 'Basic realm="Our \\"house\\"", charset="UTF-8"']);
  expect(await it.code("GET", "/", basic("elsewhere"), secured())).toBe("401.1");
  expect(await it.code("GET", "/", "Authorization: Basic ?\r\n", secured())).toBe("401.1");
  expect(await it.code("GET", "/", basic("busy"), secured())).toBe("503.2");
  const blocked = await it.ask("GET", "/", basic("blocked"), secured());
  expect([blocked.status, blocked.fields.find(([name]) => name === "Retry-After")?.[1]]).toEqual([429, "1"]);
  // Nobody has to log in here, and what is of another scheme is none of ours.
  expect(await it.code("GET", "/", "Authorization: Bearer x\r\n", secured())).toBe("200");
});

test("who has logged in is known to the log, and only for that request", async () => {
  using it = new OpenSite({ settings: { basicAuthentication: true } }, files);
  const asker = secured();
  await it.ask("GET", "/", basic("ada"), asker);
  expect(asker.user?.account).toBe("ada");
  const other = secured();
  await it.ask("GET", "/", basic("ada", "wrong"), other);
  expect(other.user).toBeUndefined();
});

test("a password is neither taken nor asked for in clear", async () => {
  using it = new OpenSite({ settings: { anonymousAuthentication: false, basicAuthentication: true } }, files);
  expect(await it.code("GET", "/", basic("ada"))).toBe("403.4");
  const asked = await it.ask("GET", "/");
  expect([asked.status, asked.substatus]).toEqual([403, 4]);
  expect(asked.fields.some(([name]) => name === "WWW-Authenticate")).toBe(false);
  expect(String(asked.body)).toContain("https");
});

test("where no way to log in is on nobody is asked to, and to log in is not asked of whom it would not help", async () => {
  using it = new OpenSite(
    {
      settings: { authorization: ["allow account *"] },
      directories: {
        none: { settings: { authorization: [], basicAuthentication: true } },
        shut: { settings: { authorization: ["deny * verbs DELETE", "allow *"], basicAuthentication: true } },
        ada: { settings: { authorization: ["deny account ada", "allow *"], basicAuthentication: true } },
      },
    },
    files,
  );
  expect(await it.code("GET", "/", "", secured())).toBe("403");
  expect(await it.code("GET", "/none/", "", secured())).toBe("401.2");
  expect(await it.code("GET", "/none/", basic("ada"), secured())).toBe("403");
  expect(await it.code("DELETE", "/shut/", "", secured())).toBe("403");
  expect(await it.code("GET", "/shut/", "", secured())).toBe("404");
  expect(await it.code("GET", "/ada/", "", secured())).toBe("404");
  expect(await it.code("GET", "/ada/", basic("ada"), secured())).toBe("403");
});

test("TLS and a client certificate are required where it is said, and the log tells what is wrong with one", async () => {
  using it = new OpenSite(
    {
      settings: { requireTls: true },
      directories: { staff: { settings: { requireTls: false, requireClientCertificate: true } } },
    },
    files,
  );
  expect([await it.code("GET", "/"), await it.code("GET", "/", "", secured())]).toEqual(["403.4", "200"]);
  const at = (more: object) => it.code("GET", "/staff/", "", fakeAsker({ secured: { ...underTls, ...more } }));
  expect(await it.code("GET", "/staff/")).toBe("403.4");
  expect(await at({})).toBe("403.7");
  expect(await at({ clientDistrust: "CERT_HAS_EXPIRED" })).toBe("403.17");
  expect(await at({ clientDistrust: "CERT_NOT_YET_VALID" })).toBe("403.17");
  expect(await at({ clientDistrust: "DEPTH_ZERO_SELF_SIGNED_CERT" })).toBe("403.16");
  expect(await at(shown)).toBe("200");
});

test("a certificate logs in, one that stands for nobody is as none, and a password comes before it", async () => {
  const byCertificate = { authorization: ["allow account *"], certificateAuthentication: true };
  using it = new OpenSite(
    { settings: byCertificate, directories: { both: { settings: { basicAuthentication: true } } } },
    files,
  );
  const asker = fakeAsker({ secured: shown });
  expect([await it.code("GET", "/", "", asker), asker.user?.account]).toEqual(["200", "ada"]);
  const stranger = { ...shown, clientName: "stranger" };
  expect(await it.code("GET", "/", "", fakeAsker({ secured: stranger }))).toBe("403.12");
  expect(await it.code("GET", "/", "", secured())).toBe("403.7");
  expect(await it.code("GET", "/")).toBe("403.4");
  expect(await it.code("GET", "/both/", "", fakeAsker({ secured: stranger }))).toBe("401.2");
  expect(await it.code("GET", "/both/", basic("ada", "wrong"), fakeAsker({ secured: shown }))).toBe("401.1");
});

test("an address that may not see a directory hears what its action says, before anything else is looked at", async () => {
  const rules = { addressAccess: ["allow 192.0.2.7", "deny 192.0.2.0/24"], basicAuthentication: true };
  using it = new OpenSite(
    {
      settings: rules,
      directories: {
        hidden: { settings: { addressDenyAction: "404" } },
        rude: { settings: { addressDenyAction: "abort" } },
        few: { settings: { addressAccess: ["allow 2001:db8::/32"], addressAccessUnlisted: "deny" } },
      },
    },
    files,
  );
  const from = (address: string) => fakeAsker({ address });
  expect(await it.code("GET", "/", basic("ada", "wrong"))).toBe("403.503");
  expect(await it.code("GET", "/", "", from("192.0.2.7"))).toBe("200");
  expect(await it.code("GET", "/", "", from("198.51.100.1"))).toBe("200");
  expect(await it.code("GET", "/hidden/")).toBe("404.503");
  expect(await it.code("GET", "/few/", "", from("2001:db8::1"))).toBe("404");
  expect(await it.code("GET", "/few/", "", from("192.0.2.7"))).toBe("403.503");
  expect(await it.code("GET", "/few/", "", from("no address"))).toBe("403.503");
  const cut = new Promise<void>((resolve) => void it.ask("GET", "/rude/", "", fakeAsker({ cut: resolve })));
  await cut;
});

test("what a remembered answer held is not given to whoever may not see it", async () => {
  using it = new OpenSite(withStaff(staffOnly), files);
  for (let count = 0; count < 3; count++) {
    expect(await it.code("GET", "/staff/a.txt", basic("ada"), secured())).toBe("200");
    expect(await it.code("GET", "/staff/a.txt", "", secured())).toBe("401.2");
    expect(await it.code("GET", "/staff/a.txt", basic("ada", "wrong"), secured())).toBe("401.1");
  }
});

test("a site that lets everybody in has no step for it", () => {
  const values = valuesOf(wwwSite, []);
  for (const row of [...addressRows, ...visitorRows])
    expect([row.setting, row.prepare(values)]).toEqual([row.setting, undefined]);
});
