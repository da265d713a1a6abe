import { expect, test } from "bun:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { TestSite } from "../testing/site.ts";
import { CodingChoice } from "./coding-choice.ts";
import { Compressor } from "./compressor.ts";

const text = Buffer.from("a text that says the same again and again. ".repeat(400));

test("what is compressed comes back as it was, and what gains nothing is not kept", async () => {
  const compressor = new Compressor();
  const [br, gzip] = [await compressor.compress("br", text), await compressor.compress("gzip", text)];
  expect(brotliDecompressSync(br as Buffer).equals(text)).toBe(true);
  expect(gunzipSync(gzip as Buffer).equals(text)).toBe(true);
  expect(await compressor.compress("gzip", Buffer.from("x"))).toBe("vain");
  expect(await compressor.compress("zstd", text)).toBe("vain");
});

test("only so many are compressed at a time, and the hands are free again behind them", async () => {
  const compressor = new Compressor();
  const all = await Promise.all(Array.from({ length: 5 }, () => compressor.compress("gzip", text)));
  expect(all.filter((it) => it === "busy").length).toBe(3);
  expect(await compressor.compress("gzip", text)).not.toBe("busy");
});

test("a crowd for many cold files gets all of them, most as they are", async () => {
  const names = Array.from({ length: 12 }, (_, index) => `f${index}.txt`);
  using site = new TestSite({ files: Object.fromEntries(names.map((it) => [it, text])) });
  const seen = await Promise.all(names.map((it) => site.get(`/${it}`, { "Accept-Encoding": "gzip" })));
  for (const { body, fields } of seen) {
    const isCoded = fields["content-encoding"] === "gzip";
    expect((isCoded ? gunzipSync(body) : body).equals(text)).toBe(true);
    expect(fields.vary).toBe("Accept-Encoding");
  }
  const later = await site.get(`/${names[11]}`, { "Accept-Encoding": "gzip" });
  expect(later.fields["content-encoding"]).toBe("gzip");
});

test("a choice is the same when it is remembered, also behind a flood of others", () => {
  const choice = new CodingChoice();
  for (let count = 0; count < 3000; count++) {
    expect(choice.choose(`gzip, x${count}`, ["br", "gzip"])).toBe("gzip");
    expect(choice.choose("br;q=0.5, gzip;q=0.4", ["br", "gzip"])).toBe("br");
  }
  expect(choice.choose("br", ["gzip"])).toBe("identity");
  expect(choice.choose("identity;q=0, *;q=0", ["gzip"])).toBe("identity");
  expect(choice.choose(undefined, ["gzip"])).toBe("identity");
});
