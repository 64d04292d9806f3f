import { BadInput } from '../bad-input';

export const CDK_OPTIONS = {
  'auto-approve': { type: 'boolean', default: false },
  verbose: { type: 'boolean', default: false },
} as const;

export const CDK_USAGE = `  stack                        a stack of the cdktf project in this folder
  --auto-approve               needed: nobody is asked
  --verbose                    print everything that cdktf and Terraform print, the plan with it
  -- OPTIONS                   given on to cdktf`;

/** @throws BadInput when nobody has approved of what would be done */
export function approved(command: string, values: { readonly 'auto-approve': boolean }): void {
  if (values['auto-approve']) return;
  throw new BadInput(`'acs-push ${command}' asks nobody: give --auto-approve when its plan is known`);
}
