import { readFlags } from '../../../demo/flags';
import { openPage } from '../../../demo/page';
import { Stage } from '../../../demo/stage';

/** Opens an address as the page of local Azure is opened. */
const [page] = process.argv.slice(2);
const cloud = { azure: { endpoints: { page } } } as Parameters<typeof openPage>[1];
void openPage(new Stage(readFlags(['--open']), process.stdout, new AbortController().signal), cloud);
