/** Attributes of a block as the synthesized JSON has them; what is in them is for the test to say. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Attributes = Record<string, any>;
