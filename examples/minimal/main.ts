import { App } from 'cdktf';
import { AppStack } from './app-stack';

const app = new App();
new AppStack(app, 'minimal');
app.synth();
