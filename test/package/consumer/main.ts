import { App } from 'cdktf';
import { acrossStacks } from './stacks/across-stacks';
import { aliasedProviders } from './stacks/aliased-providers';
import { existingParts } from './stacks/existing-parts';
import { moved } from './stacks/moved';
import { tokens } from './stacks/tokens';
import { twoInOne } from './stacks/two-in-one';

const app = new App();
for (const make of [acrossStacks, aliasedProviders, existingParts, moved, tokens, twoInOne]) make(app);
app.synth();
