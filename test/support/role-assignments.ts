/** Of a role assignment in synthesized JSON: a name that Terraform makes of what it assigns, unless it has one in state. */
export const NAMED_BY_ITS_PARTS = {
  name: expect.stringMatching(/^\$\{uuidv5\("[0-9a-f-]{36}", lower\(join\("\|", \[.+, .+, .+\]\)\)\)\}$/),
  lifecycle: { ignore_changes: ['name'] },
};
