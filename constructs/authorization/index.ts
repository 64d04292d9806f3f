export { Grant, type GrantOptions } from './grant';
export type { IGrantable, IPrincipal } from './principal';
