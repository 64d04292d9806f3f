/** Steps that lead to a question could not be taken, so there is no answer to compare. */
export class NotSettled extends Error {}
