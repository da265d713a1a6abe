// A process that works through a pickup folder with a real spool until it is killed, or until the folder is empty; then it
// says so and ends.
import { systemClock } from "../../../base/clock.ts";
import { expectGood } from "../../../base/result.ts";
import { reporter } from "../../../event/event.ts";
import { openSpool } from "../../../spool/open-spool.ts";
import { optionsFor } from "../../../spool/testing/rig.ts";
import { BadmailKeeper } from "../badmail-keeper.ts";
import { PickupRound } from "../pickup-round.ts";
import { PickupTeller } from "../pickup-teller.ts";
import { PickupWork } from "../pickup-work.ts";
import { siteFor } from "./folder-rig.ts";

if (import.meta.main) {
  const [root = "", life = "0"] = process.argv.slice(2);
  const report = reporter(
    "smtp",
    () => systemClock.wallMs(),
    () => {},
  );
  const spool = expectGood(
    await openSpool(
      `${root}/spool`,
      optionsFor(systemClock, () => {}, `life${life}x`),
    ),
  );
  const bounds = { ageMs: null, sizeBytes: null };
  const keeper = new BadmailKeeper({ site: "s", folder: `${root}/Badmail`, bounds, clock: systemClock, report });
  const site = siteFor(root, keeper);
  const work = expectGood(await PickupWork.open(site.folder));
  const round = new PickupRound(site, { spool, clock: systemClock, report }, work, new PickupTeller(report, "s", root));
  process.stdout.write("begun\n");
  while (expectGood(await round.run(new AbortController().signal)) > 0);
  work.close();
  await keeper.close();
  await spool.close();
  process.stdout.write("done\n");
}
