/**
 * Brings what the tests would fetch while they run: Go toolchains and real programs. What can't be had is said and left to the
 * test that needs it.
 */
import { mkdirSync } from "node:fs";
import { programs } from "../e2e/real/index.ts";
import { buildDir, fetching, goCommand, goVersions, oldGoVersions } from "../support/index.ts";

/** For one toolchain, of 70 MB. */
const SECONDS = 120;

interface Item {
  name: string;
  fetch: () => Promise<unknown>;
}

const toolchains = [...goVersions, ...oldGoVersions].map(
  (version): Item => ({
    name: `Go ${version}`,
    fetch: async () =>
      await fetching([goCommand(), "version"], {
        cwd: buildDir,
        env: { GOTOOLCHAIN: `go${version}`, GOFLAGS: "-mod=mod" },
        seconds: SECONDS,
      }),
  }),
);
const real = programs.filter((program) => program.unavailable === undefined);
const itemsOf = (wanted: typeof real): Item[] =>
  wanted.map(({ name, version, form, fetch }) => ({ name: `${name} ${version} (${form})`, fetch }));

/** `atATime`: downloads wait for the network, compilations for a processor. */
async function fetchAll(items: readonly Item[], atATime: number): Promise<void> {
  const left = [...items];
  const work = async () => {
    for (let item = left.shift(); item; item = left.shift()) {
      const { name } = item;
      await item.fetch().catch((error: Error) => console.log(`${name}: ${error.message}`));
    }
  };
  await Promise.all(Array.from({ length: atATime }, work));
}

mkdirSync(buildDir, { recursive: true });
await Promise.all([
  fetchAll(itemsOf(real.filter((program) => !program.compiled)), 2),
  fetchAll(toolchains, 2).then(() => fetchAll(itemsOf(real.filter((program) => program.compiled)), 1)),
]);
