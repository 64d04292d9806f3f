import { existsSync } from 'node:fs';
import { readFlags } from '../../../demo/flags';
import { openPage } from '../../../demo/page';
import { Stage } from '../../../demo/stage';

/** Opens an address as the page of local Azure is opened, and ends: once a file is there, where one is named. */
async function main(page: string, file?: string): Promise<void> {
  const cloud = { azure: { endpoints: { page } } } as Parameters<typeof openPage>[1];
  const stage = new Stage(readFlags(['--open']), process.stdout, new AbortController().signal);
  await openPage(stage, cloud);
  while (file && !existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 50));
  await stage.close();
}

const [page, file] = process.argv.slice(2);
void main(page!, file);
