/** The long work that the server does with files that are there. What the outside may name is in ./model and ./wire. */
export { createOperations } from './operations';
export type { IOperationsOptions } from './operations';
