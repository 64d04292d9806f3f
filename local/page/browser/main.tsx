import { render } from 'preact';
import { App } from './app';
import { takeToken } from './token';

render(<App token={takeToken()} />, document.getElementById('page')!);
