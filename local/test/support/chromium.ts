import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

/** For what does not come at all, in milliseconds: less than a test has, so that it is told what was waited for. */
const PATIENCE_MS = 240_000;

/** Where Chromium is: `CHROMIUM`, or the first of its usual names on the path. @throws Error when there is none */
export function findChromium(): string {
  const { CHROMIUM } = process.env;
  if (CHROMIUM && existsSync(CHROMIUM)) return CHROMIUM;
  if (CHROMIUM)
    throw new Error(`these tests need Chromium: CHROMIUM names '${CHROMIUM}', which is not there`);
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    try {
      return execFileSync('which', [name], { stdio: ['ignore', 'pipe', 'ignore'] })
        .toString('utf8')
        .trim();
    } catch {
      // The next one.
    }
  }
  throw new Error(
    'these tests need Chromium and there is none on the path: install the package chromium, or name its ' +
      'program in the environment variable CHROMIUM',
  );
}

/** The machine's Chromium, headless, with a profile of its own. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    // Root, as CI runs, has no sandbox; the pages are this repository's own.
    args: ['--no-sandbox'],
    timeout: PATIENCE_MS,
  });
}

/** A tab with cookies and storage of its own. */
export async function openTab(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  // What moves without end keeps a machine busy that draws by software.
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  return context.newPage();
}
