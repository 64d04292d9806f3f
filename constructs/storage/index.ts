export { DEAD_LETTER_CONTAINER, type DeadLetterOptions } from './dead-letter-container';
export * from './keyless-storage-account';
