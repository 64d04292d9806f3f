import { render } from 'preact';
import { App } from './app';
import { takeToken } from './token';

function show(): void {
  render(<App token={takeToken()} />, document.getElementById('page')!);
}

// A link that is opened in the same tab changes the fragment alone, and nothing is loaded again.
addEventListener('hashchange', show);
show();
