// A process that brings a metabase to another format and ends itself by kill -9 at a given moment; when it gets past all
// of them it says so.
import { join } from "node:path";
import { expectGood } from "../../base/result.ts";
import { bringFormat } from "../store/bring-format.ts";
import { nextFormat } from "./next-format.ts";

const [folder = "", to = "", atMoment = ""] = process.argv.slice(2);
let left = Number(atMoment);
const strike = () => {
  if (--left === 0) process.kill(process.pid, "SIGKILL");
};
const bringing = { to: Number(to), release: "0.2.0", wallMs: 1_800_000_000_000, strike };
expectGood(bringFormat(join(folder, "metabase.sqlite"), nextFormat(true), bringing));
console.log("done");
