import UIKit
import UserNotifications

/// The relay's alerts, and the background pushes that withdraw them. `acs` of a push is for the app.
final class RelayNotifications: NSObject, UNUserNotificationCenterDelegate {
    private static let withdrawals = ["ChatMessageDeleted", "MissedCallWithdrawn"]

    private let openThread: (String) -> Void
    private let center = UNUserNotificationCenter.current()

    init(openThread: @escaping (String) -> Void) {
        self.openThread = openThread
        super.init()
        center.delegate = self
    }

    func userNotificationCenter(_ center: UNUserNotificationCenter, didReceive response: UNNotificationResponse) async {
        if let thread = acs(response.notification.request.content)["threadId"] { openThread(thread) }
    }

    /// While the app is in the foreground: the end of a ring is nothing to be told.
    func userNotificationCenter(_ center: UNUserNotificationCenter, willPresent notification: UNNotification) async
        -> UNNotificationPresentationOptions {
        let push = acs(notification.request.content)
        guard push["event"] == "RingEnded" else { return [.banner, .list, .sound, .badge] }
        // What is not shown does not take the place of the ring that was, before the app came to the foreground.
        if let id = push["notificationId"] { await remove(id) }
        return []
    }

    /// What was said by mistake or was deleted comes as a background push. The app's delegate hands it on, from
    /// `application(_:didReceiveRemoteNotification:)`.
    func withdraw(_ info: [AnyHashable: Any]) async -> UIBackgroundFetchResult {
        let push = info["acs"] as? [String: String] ?? [:]
        guard Self.withdrawals.contains(push["event"] ?? ""), let id = push["notificationId"] else { return .noData }
        await remove(id)
        return .newData
    }

    private func remove(_ id: String) async {
        let shown = await center.deliveredNotifications().filter { acs($0.request.content)["notificationId"] == id }
        center.removeDeliveredNotifications(withIdentifiers: shown.map(\.request.identifier))
    }

    private func acs(_ content: UNNotificationContent) -> [String: String] {
        content.userInfo["acs"] as? [String: String] ?? [:]
    }
}
