import { App } from 'cdktf';
import { acrossStacks } from './stacks/across-stacks';
import { adoptedParts } from './stacks/adopted-parts';
import { aliasedProviders } from './stacks/aliased-providers';
import { moved } from './stacks/moved';
import { ownParts } from './stacks/own-parts';
import { readme } from './stacks/readme';
import { tokens } from './stacks/tokens';
import { twoInOne } from './stacks/two-in-one';
import { voip } from './stacks/voip';
import { webhook } from './stacks/webhook';

const app = new App();
for (const make of [
  readme,
  adoptedParts,
  webhook,
  twoInOne,
  voip,
  acrossStacks,
  aliasedProviders,
  moved,
  tokens,
  ownParts,
]) {
  make(app);
}
app.synth();
