/**
 * Brings what the tests would fetch while they run: Go toolchains and real programs, a few at a time. What can't be had is
 * said and left to the test that needs it; so this never fails.
 */
import { programs } from "../e2e/real/index.ts";
import { buildDir, fetching, goCommand, goVersions, oldGoVersions } from "../support/index.ts";

/** Downloads wait for the network, compilations for a processor. */
const AT_A_TIME = 3;
const SECONDS = 120;

interface Item {
  name: string;
  fetch: () => Promise<unknown>;
}

const toolchains = [...goVersions, ...oldGoVersions].map(
  (version): Item => ({
    name: `Go ${version}`,
    fetch: () =>
      fetching([goCommand(), "version"], {
        cwd: buildDir,
        env: { GOTOOLCHAIN: `go${version}`, GOFLAGS: "-mod=mod" },
        seconds: SECONDS,
      }),
  }),
);
const real = programs
  .filter((program) => program.unavailable === undefined)
  .map(({ name, version, form, fetch }): Item => ({ name: `${name} ${version} (${form})`, fetch }));

// nats-server first needs the toolchains that it is built with
for (const items of [toolchains, real]) {
  const left = [...items];
  const work = async () => {
    for (let item = left.shift(); item; item = left.shift()) {
      const { name } = item;
      await item.fetch().catch((error: Error) => console.log(`${name}: ${error.message}`));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
}
