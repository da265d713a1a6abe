// The one way the launcher gives up: what was attempted, what is so, what mends it, as everywhere in inetsrv.

/** Says the sentence and ends; never returns. */
export function stop(attempted, because, remedy) {
  console.error(`inetsrv: ${attempted}: ${because}. ${remedy}.`);
  process.exit(1);
}
