// The least that a synthesis can be: an empty stack, under plain Node.
const { App, TerraformStack } = require('cdktf');

const app = new App();
new TerraformStack(app, 'empty');
app.synth();
