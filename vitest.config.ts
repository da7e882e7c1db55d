/**
 * Three suites, run one after the other by tests/scripts/test.sh:
 * - unit: beside what they test, need nothing but Node and (for some) Go;
 * - e2e: real Go programs under real eBPF, need root; one at a time, since probes and timings share two cores;
 * - browser: the built dashboard in headless Chromium.
 */
import { defineConfig } from "vitest/config";

const minutes = (n: number) => n * 60_000;
const oneAtATime = { fileParallelism: false, maxWorkers: 1, pool: "forks" as const };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["**/*.test.ts"],
          exclude: [
            "**/node_modules/**",
            ".build/**",
            ".next/**",
            "out/**",
            "tests/e2e/**",
            "tests/browser/**",
          ],
          testTimeout: minutes(2),
          hookTimeout: minutes(10),
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["tests/e2e/**/*.test.ts"],
          testTimeout: minutes(2),
          hookTimeout: minutes(10),
          ...oneAtATime,
        },
      },
      {
        test: {
          name: "browser",
          include: ["tests/browser/**/*.test.ts"],
          testTimeout: minutes(2),
          hookTimeout: minutes(5),
          ...oneAtATime,
        },
      },
    ],
  },
});
