package com.contoso.app

import android.Manifest
import android.app.PendingIntent
import android.content.Intent
import android.content.pm.PackageManager
import android.os.Build
import androidx.core.app.NotificationChannelCompat
import androidx.core.app.NotificationCompat
import androidx.core.app.NotificationManagerCompat
import androidx.core.content.ContextCompat
import com.azure.android.communication.calling.PushNotificationInfo
import com.google.firebase.messaging.FirebaseMessagingService
import com.google.firebase.messaging.RemoteMessage
import kotlinx.coroutines.runBlocking

/**
 * What FCM brings: calls of Communication Services, and the relay's pushes. Those are data that this shows, each of them:
 * of notifications that Android shows by itself an offline phone would get the last alone.
 */
class PushService : FirebaseMessagingService() {
    private val manager by lazy { NotificationManagerCompat.from(this) }

    override fun onCreate() {
        super.onCreate()
        // Templates name them in `androidChannel`; from Android 8 on they decide what is heard.
        channel("messages", "Messages", NotificationManagerCompat.IMPORTANCE_HIGH)
        channel("calls", "Calls", NotificationManagerCompat.IMPORTANCE_HIGH)
    }

    /** Until the new token is registered nothing comes, and the app's next start may be days away. Not the main thread. */
    override fun onNewToken(token: String) {
        AcsCalls.signedInAgent(this)?.registerPushNotification(token)
        // What fails now, the app's next start makes good.
        runBlocking { runCatching { RelayRegistration.renew(token) } }
    }

    override fun onMessageReceived(message: RemoteMessage) {
        if ("event" in message.data) return show(message.data, message.notification)
        AcsCalls.signedInAgent(this)?.handlePushNotification(PushNotificationInfo.fromMap(message.data))
    }

    /** More than a hundred messages were waiting: FCM threw all of them away. The app is to fetch what it missed. */
    override fun onDeletedMessages() {
        notify("missed-messages", build("messages", "New messages", "Open the app to read them"))
    }

    private fun show(data: Map<String, String>, shown: RemoteMessage.Notification?) {
        val id = data["notificationId"] ?: return
        when (data["event"]) {
            "ChatMessageDeleted", "MissedCallWithdrawn" -> manager.cancel(id, 0)
            // Of a call that was answered here, this is not the notification any more.
            "RingEnded" -> manager.cancel(id, 0)
            "IncomingCall" -> notify(id, ring(data))
            // A missed call takes the ring's place: same id. With RELAY_ANDROID_MESSAGES=notification the words are in
            // `shown`, and this is called in the foreground alone.
            else -> {
                val title = data["title"] ?: shown?.title
                val body = data["body"] ?: shown?.body
                // Of a kind that this app does not know there may be pushes without words: nothing to be shown.
                if (title != null || body != null) notify(id, message(data, title, body))
            }
        }
    }

    private fun message(data: Map<String, String>, title: String?, body: String?) =
        build(data["channel"] ?: "messages", title, body)
            .setStyle(NotificationCompat.BigTextStyle().bigText(body))
            .setGroup(data["group"])
            .setSilent(data["silent"] == "1")
            .setVisibility(visibility(data["visibility"]))
            .setNumber(data["count"]?.toIntOrNull() ?: 0)
            .setContentIntent(open(data))

    private fun ring(data: Map<String, String>) =
        build(data["channel"] ?: "calls", data["title"], data["body"])
            .setCategory(NotificationCompat.CATEGORY_CALL)
            .setPriority(NotificationCompat.PRIORITY_MAX)
            .setOngoing(true)
            // The end of a ring may never come: no call rings longer than two minutes.
            .setTimeoutAfter(120_000)
            .setVisibility(visibility(data["visibility"]))
            .setContentIntent(open(data))
            .setFullScreenIntent(open(data), true)

    private fun build(channel: String, title: String?, body: String?) =
        NotificationCompat.Builder(this, channel)
            .setSmallIcon(android.R.drawable.stat_notify_chat)
            .setContentTitle(title)
            .setContentText(body)
            .setAutoCancel(true)

    /** `clickAction` is an intent filter's action; without one the app opens as from its icon. */
    private fun open(data: Map<String, String>): PendingIntent {
        val intent = data["clickAction"]?.let { Intent(it).setPackage(packageName) }
            ?: packageManager.getLaunchIntentForPackage(packageName)
            ?: Intent()
        for ((name, value) in data) intent.putExtra(name, value)
        val flags = PendingIntent.FLAG_UPDATE_CURRENT or PendingIntent.FLAG_IMMUTABLE
        return PendingIntent.getActivity(this, data["notificationId"].hashCode(), intent, flags)
    }

    private fun visibility(name: String?) = when (name) {
        "public" -> NotificationCompat.VISIBILITY_PUBLIC
        "secret" -> NotificationCompat.VISIBILITY_SECRET
        else -> NotificationCompat.VISIBILITY_PRIVATE
    }

    private fun channel(id: String, name: String, importance: Int) =
        manager.createNotificationChannel(NotificationChannelCompat.Builder(id, importance).setName(name).build())

    private fun notify(tag: String, notification: NotificationCompat.Builder) {
        // Before Android 13 there is nothing to be asked for.
        val allowed = ContextCompat.checkSelfPermission(this, Manifest.permission.POST_NOTIFICATIONS)
        if (allowed == PackageManager.PERMISSION_GRANTED || Build.VERSION.SDK_INT < Build.VERSION_CODES.TIRAMISU)
            manager.notify(tag, 0, notification.build())
    }
}
