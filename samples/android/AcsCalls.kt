package com.contoso.app

import android.content.Context
import androidx.work.Constraints
import androidx.work.CoroutineWorker
import androidx.work.ExistingPeriodicWorkPolicy
import androidx.work.NetworkType
import androidx.work.PeriodicWorkRequestBuilder
import androidx.work.WorkManager
import androidx.work.WorkerParameters
import com.azure.android.communication.calling.CallAgent
import com.azure.android.communication.calling.CallAgentOptions
import com.azure.android.communication.calling.CallClient
import com.azure.android.communication.common.CommunicationTokenCredential
import com.google.firebase.messaging.FirebaseMessaging
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.tasks.await
import kotlinx.coroutines.withContext

/** Calls that Communication Services itself pushes, through the hub that is linked to it. */
object AcsCalls {
    /** How long a registration lives, in seconds: longer than users stay away. */
    private const val LIFE = 30L * 24 * 3600
    private const val RENEWAL = "renew-calls"

    /** Makes the agent of who is signed in, or gives the one there is; null while nobody is. Set by the app. */
    var signedInAgent: (Context) -> CallAgent? = { null }

    fun makeAgent(context: Context, client: CallClient, credential: CommunicationTokenCredential): CallAgent {
        val options = CallAgentOptions().setPushNotificationTtlInSeconds(LIFE.toInt())
        return client.createCallAgent(context, credential, options).get()
    }

    /** At every start and sign-in. Android keeps such work over restarts of the phone. */
    fun keepRegistered(context: Context) {
        val connected = Constraints.Builder().setRequiredNetworkType(NetworkType.CONNECTED).build()
        val work = PeriodicWorkRequestBuilder<Renewal>(LIFE / 2, TimeUnit.SECONDS).setConstraints(connected).build()
        WorkManager.getInstance(context)
            .enqueueUniquePeriodicWork(RENEWAL, ExistingPeriodicWorkPolicy.UPDATE, work)
    }

    /** Before the credential is thrown away. Not on the main thread. */
    fun signOut(context: Context) {
        WorkManager.getInstance(context).cancelUniqueWork(RENEWAL)
        signedInAgent(context)?.unregisterPushNotification()?.get()
    }

    class Renewal(context: Context, parameters: WorkerParameters) : CoroutineWorker(context, parameters) {
        override suspend fun doWork(): Result = withContext(Dispatchers.IO) {
            try {
                val token = FirebaseMessaging.getInstance().token.await()
                signedInAgent(applicationContext)?.registerPushNotification(token)?.get()
                Result.success()
            } catch (error: Exception) {
                Result.retry()
            }
        }
    }
}
