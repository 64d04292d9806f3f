import AzureCommunicationCalling
import AzureCommunicationCommon
import BackgroundTasks
import PushKit

/// Calls that Communication Services itself pushes, through the hub that is linked to it.
final class AcsCalls: NSObject, PKPushRegistryDelegate {
    /// Also in Info.plist, under BGTaskSchedulerPermittedIdentifiers.
    static let renewal = "com.contoso.app.renew-calls"
    /// How long a registration lives, in seconds: longer than users stay away.
    private static let life: TimeInterval = 30 * 24 * 3600

    private let registry = PKPushRegistry(queue: .main)
    private let agent: CallAgent
    /// Reports the call to CallKit, before it returns.
    private let reportIncomingCall: (PushNotificationInfo) -> Void

    init(agent: CallAgent, reportIncomingCall: @escaping (PushNotificationInfo) -> Void) {
        self.agent = agent
        self.reportIncomingCall = reportIncomingCall
        super.init()
        registry.delegate = self
        registry.desiredPushTypes = [.voIP]
    }

    static func makeAgent(_ client: CallClient, _ credential: CommunicationTokenCredential) async throws -> CallAgent {
        let options = CallAgentOptions()
        options.pushNotificationTtl = UInt32(life)
        return try await client.createCallAgent(userCredential: credential, options: options)
    }

    func pushRegistry(_ registry: PKPushRegistry, didUpdate credentials: PKPushCredentials, for type: PKPushType) {
        Task { await renew() }
    }

    func pushRegistry(_ registry: PKPushRegistry, didReceiveIncomingPushWith payload: PKPushPayload,
                      for type: PKPushType, completion: @escaping () -> Void) {
        let info = PushNotificationInfo.fromDictionary(payload.dictionaryPayload)
        // iOS ends an app that does not report the call.
        reportIncomingCall(info)
        agent.handlePush(notification: info) { _ in completion() }
    }

    /// At every start, after every sign-in, when the token changes, and from the background.
    func renew() async {
        guard let token = registry.pushToken(for: .voIP) else { return }
        var next = Date.now + Self.life / 2
        do {
            try await agent.registerPushNotifications(deviceToken: token)
        } catch {
            // Calls stop ringing in the background when the last registration ends: again soon.
            next = .now + 15 * 60
        }
        let request = BGAppRefreshTaskRequest(identifier: Self.renewal)
        request.earliestBeginDate = next
        try? BGTaskScheduler.shared.submit(request)
    }

    /// Before the credential is thrown away. Without a network this fails, and is to be finished at the next start.
    func signOut() async throws {
        try await agent.unregisterPushNotification()
        BGTaskScheduler.shared.cancel(taskRequestWithIdentifier: Self.renewal)
    }
}
