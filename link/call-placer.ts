/** A call as it is asked for. */
export interface CallOrder {
  /** Host of the Communication Services resource, by ARM: `acs-app.europe.communication.azure.com`. */
  readonly host: string;
  /** Raw id of whoever is called. */
  readonly to: string;
  /** Where Call Automation sends the events of the call: public, https. */
  readonly callback: string;
  /** Number that a phone number is called from; it belongs to the resource. */
  readonly callerId?: string;
  /** Who the call says that it is from; phones show it while they ring. */
  readonly displayName: string;
}

/** A call that was placed and rings. */
export interface CallInProgress {
  /** Call Automation's id of it. */
  readonly id: string;
  /** Whether somebody has answered; undefined when that cannot be known any more. @throws AzureError */
  answered(signal?: AbortSignal): Promise<boolean | undefined>;
  /** Ends it for everybody; one that has ended already is fine. @throws AzureError */
  hangUp(): Promise<void>;
}

/** The way to Call Automation. Whoever uses the engine brings it, so that its SDK is a burden to nobody else. */
export interface CallPlacer {
  /**
   * Places the call; it rings when this is answered.
   * @throws AzureError when the call is refused; of kind `credentials` without a status when nobody is signed in
   */
  place(order: CallOrder): Promise<CallInProgress>;
}
