// What one process of an installed release pays for proving its files, alone in a process of its own as at a real start:
// prints the milliseconds on the clock and those of the processor. Started by release-start.bench.ts with the folder of the release and that of the cache.
import { findMixture } from "../src/release/check/mixture.ts";
import { ownPlace } from "../src/release/place/own-place.ts";

const [folder = "", cache] = process.argv.slice(2);
const begun = performance.now();
const before = process.cpuUsage();
const place = ownPlace(folder);
const mixed = place === undefined ? undefined : findMixture(place, cache);
const tookMs = performance.now() - begun;
const { user, system } = process.cpuUsage(before);
if (place === undefined || mixed !== undefined) throw new Error(mixed?.because ?? `${folder} is no release`);
console.log(tookMs, (user + system) / 1000);
