import type { NextConfig } from "next";

/**
 * The dashboard is a static export (one page, ids in the query), so that the collector serves it on the port of `/ws`
 * and a snapshot can carry it whole. `next build` writes it to `out/`.
 */
const config: NextConfig = {
  output: "export",
  reactStrictMode: true,
  devIndicators: false,
  images: { unoptimized: true },
  // TypeScript 7 has no JavaScript API for Next to call; `npm run types` checks the whole repository.
  typescript: { ignoreBuildErrors: true, tsconfigPath: "app/tsconfig.json" },
};

export default config;
