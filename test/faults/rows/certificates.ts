// Certificates that are gone, old or wrong, and what needs them: F21, F33. Those that a fault is tried on are files that
// another program renews, as certbot does.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Openssl } from "../../../src/certificate/testing/openssl.ts";
import { findProgram, nobody } from "../../program/machine.ts";
import { HOST } from "../probes.ts";
import { must, type Rig } from "../rig.ts";
import type { FaultRow } from "../row.ts";

const both = ["chain.pem", "key.pem"] as const;
const skip = findProgram("openssl") === undefined ? "no openssl on this machine" : undefined;
const path = (rig: Rig, name: string): string => join(rig.program.folder, name);
const OLD = ["-not_before", "20200101000000Z", "-not_after", "20200201000000Z"] as const;

/** A pair of its own, written over the one that the server has. */
function make(rig: Rig, files: readonly ("chain.pem" | "key.pem")[], more: readonly string[] = []): void {
  using openssl = new Openssl();
  openssl.make("pair", { names: [`DNS:${HOST}`], more });
  if (files.includes("chain.pem")) writeFileSync(path(rig, "chain.pem"), openssl.read("pair.pem"));
  if (files.includes("key.pem")) writeFileSync(path(rig, "key.pem"), openssl.read("pair.key"));
}

/** The first web site shows a certificate from files, which another program keeps. */
async function serveFiles(rig: Rig): Promise<void> {
  make(rig, both);
  await rig.program.must("cert", "add", "files", "--files", path(rig, "chain.pem"), path(rig, "key.pem"));
  await rig.program.must("config", "set", "www/sites/default/certificate", "files");
}

const facts = {
  family: "F21",
  object: { kind: "certificate", name: /files/ },
  article: "certificate-not-taken",
  moment: "down",
  disturbs: ["www/default tls"],
  prepare: serveFiles,
  skip,
} as const;
const renewed = {
  by: "person",
  must: "Let the program that renews it write both files again.",
  does: (rig: Rig) => make(rig, both),
} as const;

export const certificateRows: readonly FaultRow[] = [
  {
    ...facts,
    name: "the file of a certificate is gone",
    inject: (rig) => rmSync(path(rig, "chain.pem")),
    heal: renewed,
  },
  {
    ...facts,
    name: "the key of a certificate belongs to another one",
    inject: (rig) => make(rig, ["key.pem"]),
    heal: renewed,
  },
  {
    ...facts,
    name: "a certificate has expired",
    article: "certificate-expired",
    disturbs: [],
    inject: (rig) => make(rig, both, OLD),
    heal: renewed,
  },
  {
    ...facts,
    name: "a renewal writes a certificate that is no good, while the old one serves",
    moment: "running",
    told: "warning",
    disturbs: [],
    inject: (rig) => writeFileSync(path(rig, "chain.pem"), "-----BEGIN CERTIFICATE-----\nhalf of it"),
    heal: renewed,
  },
  {
    ...facts,
    name: "the key of a certificate may not be read by the account of the server",
    article: "certificate-not-taken",
    user: nobody,
    skip: nobody === undefined ? "only root can be somebody else" : skip,
    inject: (rig) => must("chown", "0:0", path(rig, "key.pem")),
    heal: {
      by: "person",
      must: "Let the account of the server read the file.",
      does: (rig) => must("chown", `${nobody}`, path(rig, "key.pem")),
    },
  },
];
