import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { leadingTo } from '../../demo/page';
import { launchChromium, openTab } from '../../local/test/support/chromium';

let folder: string;
let server: Server;
let browser: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'leading-'));
  server = createServer((_, response) => response.end('there'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

test('the file that --open opens leads a browser to the whole address, and is no stop on the way back', async () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/?a="1"&b#token=a&b=c`;
  const page = await openTab(browser);
  await page.goto(leadingTo(url, folder));
  await page.getByText('there', { exact: true }).waitFor();
  expect(page.url()).toBe(new URL(url).href);
  expect(await page.evaluate('history.length')).toBe(2);
});
