import Foundation

/// Registers this device with the relay's devices API: at every start of the app, since push tokens change.
struct RelayRegistration {
    struct Refused: Error {
        let status: Int
    }

    private struct Device: Encodable {
        let platform = "apns"
        let pushChannel: String
        var voipPushChannel: String?
        let user: String
        let language = Locale.preferredLanguages.first
    }

    /// `https://{function app}.azurewebsites.net`
    let api: URL
    /// A new UUID for each sign-in, kept until sign-out.
    let installationId: UUID
    /// Gets an access token for the API's audience.
    let accessToken: () async throws -> String

    /// `user` is the raw id of the ACS identity that is signed in. With `voip`, the PushKit token, calls ring through it.
    func register(_ token: Data, voip: Data?, user: String) async throws {
        let device = Device(pushChannel: hex(token), voipPushChannel: voip.map(hex), user: user)
        try await ask("PUT", body: try JSONEncoder().encode(device))
    }

    /// Part of signing out, before the credential is thrown away.
    func unregister() async throws {
        do {
            try await ask("DELETE", body: nil)
        } catch let refused as Refused where refused.status == 404 {
            // There is nothing (any more) to take back.
        }
    }

    private func ask(_ method: String, body: Data?) async throws {
        var request = URLRequest(url: api.appending(path: "api/devices/\(installationId.uuidString)"))
        request.httpMethod = method
        request.setValue("Bearer \(try await accessToken())", forHTTPHeaderField: "Authorization")
        if let body {
            request.httpBody = body
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        }
        let (_, response) = try await URLSession.shared.data(for: request)
        let status = (response as? HTTPURLResponse)?.statusCode ?? 0
        guard (200..<300).contains(status) else { throw Refused(status: status) }
    }

    private func hex(_ data: Data) -> String {
        data.map { String(format: "%02x", $0) }.joined()
    }
}
