export * from './code-publisher';
