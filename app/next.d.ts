// Types of CSS modules and of Next itself, also before the first `next build` has written next-env.d.ts.
/// <reference types="next" />
