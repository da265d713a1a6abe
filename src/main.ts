// The file that starts. Nothing is decided here.
import { begin } from "./begin.ts";

process.exit(await begin(process.argv.slice(2)));
