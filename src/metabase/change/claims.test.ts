import { expect, test } from "bun:test";
import fc from "fast-check";
import { type Binding, printBinding } from "../../schema/kinds/network.ts";
import { testModel } from "../testing/model.ts";
import type { NodeDifference } from "../tree/node.ts";
import { Claims } from "./claims.ts";

const everywhere = ["*", "0.0.0.0", "::"];
const paths = ["smtp/sites/a", "smtp/sites/b", "www/sites/a", "www/sites/b"];

interface Bound extends Binding {
  readonly secure: boolean;
}
const bound: fc.Arbitrary<Bound> = fc.record({
  secure: fc.boolean(),
  address: fc.constantFrom("*", "0.0.0.0", "127.0.0.1", "::1"),
  port: fc.constantFrom(0, 25, 80),
  host: fc.constantFrom("", "x.org"),
});
type World = ReadonlyMap<string, readonly Bound[]>;
const changes = fc.array(fc.tuple(fc.constantFrom(...paths), fc.array(bound, { maxLength: 2 })), { maxLength: 3 });

/** Every pair of bindings looked at, as nobody would do it for ten thousand sites. */
function collides(world: World): boolean {
  const all = [...world].flatMap(([path, bindings]) => bindings.map((it) => ({ service: path.split("/")[0], ...it })));
  return all.some((left, index) =>
    all.slice(index + 1).some((right) => {
      if (left.port !== right.port || left.port === 0) return false;
      if (left.service === right.service)
        return left.address === right.address && (left.host === right.host || left.secure !== right.secure);
      return left.address === right.address || [left, right].some((it) => everywhere.includes(it.address));
    }),
  );
}

test("the index sees exactly the collisions that comparing all with all sees", () => {
  fc.assert(
    fc.property(fc.array(changes, { maxLength: 6 }), (steps) => {
      const claims = new Claims(testModel);
      let world: World = new Map();
      for (const step of steps) {
        const next = new Map([...world, ...step]);
        const differences = [...new Map(step)].map(([path]): NodeDifference => {
          const own = (of: World) => {
            const bindings = of.get(path);
            if (bindings === undefined) return null;
            const written = (secure: boolean) => bindings.filter((it) => it.secure === secure).map(printBinding);
            return { bindings: written(false), secureBindings: written(true) };
          };
          return { path, before: own(world), after: own(next) };
        });
        const problems = claims.check(differences);
        expect(problems.length > 0).toBe(collides(next));
        if (problems.length > 0) continue;
        claims.apply(differences);
        world = next;
      }
    }),
    { numRuns: 1000 },
  );
});
