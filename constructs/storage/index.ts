export { DEAD_LETTER_CONTAINER, type DeadLetterOptions } from './dead-letter-container';
export type { StorageAccountAttributes } from './adopted-storage-account';
export * from './keyless-storage-account';
export * from './storage-account-interface';
