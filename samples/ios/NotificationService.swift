import UserNotifications

/// The notification service extension: APNs cannot count, so this does; and it fetches the picture. It runs since every
/// alert has `mutable-content`, for 30 seconds at most.
final class NotificationService: UNNotificationServiceExtension {
    /// Shared with the app, which sets `unread` to what is unread whenever the user reads.
    private static let shared = UserDefaults(suiteName: "group.com.contoso.app")

    private var content: UNMutableNotificationContent?
    private var deliver: ((UNNotificationContent) -> Void)?

    override func didReceive(_ request: UNNotificationRequest,
                             withContentHandler contentHandler: @escaping (UNNotificationContent) -> Void) {
        guard let content = request.content.mutableCopy() as? UNMutableNotificationContent else {
            return contentHandler(request.content)
        }
        self.content = content
        deliver = contentHandler
        let acs = content.userInfo["acs"] as? [String: String] ?? [:]
        // What replaces a message, such as its edit, is not one more.
        if acs["event"] == "ChatMessageReceived" { content.badge = count() }
        guard let image = acs["image"].flatMap(URL.init(string:)) else { return finish() }
        URLSession.shared.downloadTask(with: image) { [weak self] file, response, _ in
            if let file, let attachment = Self.attachment(file, named: response?.suggestedFilename ?? "image.png") {
                content.attachments = [attachment]
            }
            self?.finish()
        }.resume()
    }

    /// The picture did not come in time: without it, then.
    override func serviceExtensionTimeWillExpire() {
        finish()
    }

    private func finish() {
        if let content { deliver?(content) }
        deliver = nil
    }

    private func count() -> NSNumber {
        let unread = (Self.shared?.integer(forKey: "unread") ?? 0) + 1
        Self.shared?.set(unread, forKey: "unread")
        return NSNumber(value: unread)
    }

    /// iOS knows the kind of a picture by its file's name.
    private static func attachment(_ file: URL, named name: String) -> UNNotificationAttachment? {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        let kept = folder.appending(path: name)
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try FileManager.default.moveItem(at: file, to: kept)
            return try UNNotificationAttachment(identifier: name, url: kept)
        } catch {
            return nil
        }
    }
}
