import { App } from 'cdktf';
import { acrossStacks } from './stacks/across-stacks';
import { aliasedProviders } from './stacks/aliased-providers';
import { readme } from './stacks/readme';
import { twoInOne } from './stacks/two-in-one';
import { voip } from './stacks/voip';
import { webhook } from './stacks/webhook';

const app = new App();
for (const make of [readme, webhook, twoInOne, voip, acrossStacks, aliasedProviders]) make(app);
app.synth();
