// The unit of systemd that starts a server on this home, where there is one.
import { accessSync, constants } from "node:fs";
import { about } from "../../base/fault.ts";
import { userName } from "../../net/system/system-calls.ts";
import type { DoctorCheck, Finding } from "../../service/doctor-check.ts";
import { lookUpUser } from "../../supervisor/service-user.ts";
import type { Case } from "../case.ts";
import { type Unit, unitsOf } from "../units.ts";

const DESCRIPTORS_MIN = 65_536;

export const unitCheck: DoctorCheck<Case> = {
  name: "unit",
  title: "the unit of systemd: its program, its user, what it lets the server do",
  needs: ["home"],
  look: async (it) => unitsOf(it).flatMap((unit) => [...flaws(unit, it)]),
};

function* flaws(unit: Unit, { serverUser, home }: Case): Generator<Finding> {
  const { file, command } = unit;
  const finding = (level: Finding["level"], what: string, matters: string, remedy: string): Finding => ({
    level,
    subject: about("file", file),
    what,
    matters,
    remedy: `${remedy}, then: systemctl daemon-reload`,
    article: "gone-after-upgrade",
  });
  const [program = ""] = command;
  if (!isExecutable(program))
    yield finding(
      "error",
      `${file} starts ${program === "" ? "nothing" : program}, which cannot be run`,
      "The server does not come up with the machine",
      "Name the program that is there in ExecStart=",
    );
  const user = unit.values("User").at(-1);
  const numbers = user === undefined ? undefined : /^\d+$/.test(user) ? { uid: Number(user) } : lookUpUser(user);
  if (user !== undefined && numbers === undefined)
    yield finding(
      "error",
      `${file} starts the server as ${user}, and there is no such user`,
      "The server does not come up with the machine",
      `Make it: useradd --system ${user}`,
    );
  else if (numbers !== undefined && serverUser !== undefined && numbers.uid !== serverUser.uid && numbers.uid !== 0)
    yield finding(
      "error",
      `${file} starts the server as ${user}, and ${home.root} belongs to ${userName(serverUser.uid)}`,
      "The server will not be able to use its home",
      `Give the home to ${user}, or name ${userName(serverUser.uid)} in User=`,
    );
  const type = unit.values("Type").at(-1) ?? "simple";
  const access = unit.values("NotifyAccess").at(-1);
  if (type.startsWith("notify") && access === "none")
    yield finding(
      "error",
      `${file} waits for the server to say that it serves (Type=${type}), and does not listen (NotifyAccess=none)`,
      "Systemd takes the start for failed and ends the server",
      "Set NotifyAccess=main",
    );
  const limit = unit.values("LimitNOFILE").at(-1)?.split(":").at(-1);
  if (limit !== undefined && /^\d+$/.test(limit) && Number(limit) < DESCRIPTORS_MIN)
    yield {
      ...finding(
        "warning",
        `${file} allows the server ${limit} open files (LimitNOFILE)`,
        "Each connection is one; the rest are turned away",
        `Set LimitNOFILE=${DESCRIPTORS_MIN * 4}`,
      ),
      article: "out-of-descriptors",
    };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
