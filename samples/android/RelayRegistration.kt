package com.contoso.app

import java.io.IOException
import java.util.Locale
import java.util.UUID
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import okhttp3.MediaType.Companion.toMediaType
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.RequestBody
import okhttp3.RequestBody.Companion.toRequestBody
import org.json.JSONObject

/**
 * Registers this device with the relay's devices API: at every start of the app, since registration tokens change.
 *
 * @param api `https://{function app}.azurewebsites.net`
 * @param installationId a new UUID for each sign-in, kept until sign-out
 * @param accessToken gets an access token for the API's audience
 */
class RelayRegistration(
    private val api: String,
    private val installationId: UUID,
    private val accessToken: suspend () -> String,
    private val http: OkHttpClient = OkHttpClient(),
) {
    /** @param user raw id of the ACS identity that is signed in */
    suspend fun register(token: String, user: String) {
        val device = JSONObject()
            .put("platform", "fcmv1")
            .put("pushChannel", token)
            .put("user", user)
            .put("language", Locale.getDefault().toLanguageTag())
        ask("PUT", device.toString().toRequestBody("application/json".toMediaType()))
    }

    /** Part of signing out, before the credential is thrown away. */
    suspend fun unregister() = ask("DELETE", null)

    private suspend fun ask(method: String, body: RequestBody?) {
        val request = Request.Builder()
            .url("$api/api/devices/$installationId")
            .header("Authorization", "Bearer ${accessToken()}")
            .method(method, body)
            .build()
        val status = withContext(Dispatchers.IO) { http.newCall(request).execute().use { it.code } }
        // Of a registration that is not there (any more) nothing needs to be taken back.
        if (status in 200..299 || (method == "DELETE" && status == 404)) return
        throw IOException("$method of the registration answered $status")
    }

    companion object {
        /** Registers a token for who is signed in, if anybody is. Set by the app, whenever its process starts. */
        @Volatile
        var renew: suspend (token: String) -> Unit = {}
    }
}
