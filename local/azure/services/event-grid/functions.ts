/** The functions that events can be delivered to. */
export interface EventFunctions {
  /** True when a function of that ARM id (`{site}/functions/{name}`) was published. */
  functionExists(resourceId: string): boolean;
  /** The Event Grid webhook of a function, with its key; undefined when there is no such function. */
  functionUrl(resourceId: string): string | undefined;
}
