export { signInDifference } from './azapi';
export { SignIn, type SignInOptions } from './sign-in';
export { signInError } from './sign-in-error';
