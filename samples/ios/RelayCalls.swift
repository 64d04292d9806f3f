import CallKit
import PushKit

/// Rings that the relay pushes through its VoIP hub, and their ends.
final class RelayCalls: NSObject, PKPushRegistryDelegate {
    private static let reasons: [String: CXCallEndedReason] = [
        "answered": .answeredElsewhere, "declined": .declinedElsewhere, "missed": .unanswered,
    ]

    private let registry = PKPushRegistry(queue: .main)
    private let provider: CXProvider
    private let calls = CXCallObserver()
    /// Called with the PushKit token; `RelayRegistration.register` takes it as `voip`.
    private let tokenChanged: (Data) -> Void

    /// The provider's delegate fulfills its `CXAnswerAction` as soon as the call is accepted.
    init(provider: CXProvider, tokenChanged: @escaping (Data) -> Void) {
        self.provider = provider
        self.tokenChanged = tokenChanged
        super.init()
        registry.delegate = self
        registry.desiredPushTypes = [.voIP]
    }

    func pushRegistry(_ registry: PKPushRegistry, didUpdate credentials: PKPushCredentials, for type: PKPushType) {
        tokenChanged(credentials.token)
    }

    /// Each push reports a call before this returns, or iOS ends the app. Of a call that rings, or was answered here, the
    /// report fails with `callUUIDAlreadyExists`, which counts; one that is gone is made anew, and ended at once.
    func pushRegistry(_ registry: PKPushRegistry, didReceiveIncomingPushWith payload: PKPushPayload,
                      for type: PKPushType, completion: @escaping () -> Void) {
        let acs = payload.dictionaryPayload["acs"] as? [String: String] ?? [:]
        let call = acs["callUuid"].flatMap(UUID.init(uuidString:)) ?? UUID()
        // Answered on this very device: the call goes on.
        let goesOn = calls.calls.contains { $0.uuid == call && $0.hasConnected }
        let update = CXCallUpdate()
        update.localizedCallerName = acs["title"]
        provider.reportNewIncomingCall(with: call, update: update) { [weak self] _ in
            if acs["event"] == "IncomingCall" {
                self?.stopInTime(call)
            } else if !goesOn {
                // The end of a ring, or a push that this app does not know: nothing rings for that.
                let reason = Self.reasons[acs["reason"] ?? ""] ?? .remoteEnded
                self?.provider.reportCall(with: call, endedAt: nil, reason: reason)
            }
            completion()
        }
    }

    /// The end of a ring may never come: no call rings longer than two minutes.
    private func stopInTime(_ call: UUID) {
        DispatchQueue.main.asyncAfter(deadline: .now() + 120) { [provider, calls] in
            let rings = calls.calls.contains { $0.uuid == call && !$0.hasConnected && !$0.hasEnded }
            if rings { provider.reportCall(with: call, endedAt: nil, reason: .unanswered) }
        }
    }
}
