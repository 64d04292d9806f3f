import { render } from 'preact';

render(<main>local Azure</main>, document.getElementById('page')!);
