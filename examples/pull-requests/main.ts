import { App } from 'cdktf';
import { ENVIRONMENTS } from './environments';
import { PushStack } from './stack';

const app = new App();
for (const [name, props] of Object.entries(ENVIRONMENTS)) new PushStack(app, name, props);
app.synth();
