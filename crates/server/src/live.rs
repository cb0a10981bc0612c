//! Changes as they happen: one channel a competition, any number of listeners.
//!
//! Owns the hub between the events table (`feed` reads it) and the open pages (`Subscription` becomes a stream of
//! server-sent events). Each event is written once and shared by all listeners. Must not decide who may listen: that is
//! the handler's; the hub only keeps a team's events from everybody else.

pub mod feed;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::Stream;
use podium_store::types::{CompetitionId, EventId, TeamId, UserId};
use tokio::sync::{Notify, broadcast};
use tokio::time::Interval;
use tokio_util::sync::CancellationToken;

#[cfg(test)]
mod tests;

/// Events that a listener may be behind before it is closed; it then resumes by its last id.
const BACKLOG: usize = 256;
/// The same for what is sent to one person.
const OWN_BACKLOG: usize = 16;
/// People after which the channels of those who left are swept out.
const SWEEP_AT: usize = 1024;
/// Silence after which a comment is sent, so that proxies keep the connection.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
const KEEP_ALIVE_FRAME: Bytes = Bytes::from_static(b": keep-alive\n\n");

/// What goes over a channel.
#[derive(Debug, Clone)]
enum Message {
    /// An event; with a team only that team's members see it.
    Event { id: EventId, team: Option<TeamId>, frame: Bytes },
    /// Closes the streams of one account, whose rights changed; its browser connects again and is checked anew.
    Disconnect,
}

/// The hub. Clones share it.
#[derive(Debug, Clone)]
pub struct Live(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    channels: Mutex<HashMap<CompetitionId, broadcast::Sender<Message>>>,
    /// What only one person hears, on each of their streams.
    people: Mutex<HashMap<UserId, broadcast::Sender<Message>>>,
    /// Rung after every write that made an event, so that the feed need not wait for its next look.
    wake: Notify,
    shutdown: CancellationToken,
}

impl Live {
    /// A hub whose streams end when `shutdown` is cancelled.
    #[must_use]
    pub fn new(shutdown: CancellationToken) -> Self {
        Self(Arc::new(Inner { channels: Mutex::default(), people: Mutex::default(), wake: Notify::new(), shutdown }))
    }

    /// Says that there may be new events.
    pub fn wake(&self) {
        self.0.wake.notify_one();
    }

    /// Closes the streams of an account: it signed out, was suspended, or joined a team.
    pub fn disconnect(&self, user: UserId) {
        self.send_to(user, Message::Disconnect);
    }

    /// Listens to a competition, as a member of a team or not, and to what is told to `user`.
    #[must_use]
    pub fn subscribe(&self, competition: CompetitionId, team: Option<TeamId>, user: Option<UserId>) -> Subscription {
        let mut channels = self.0.channels.lock().unwrap_or_else(PoisonError::into_inner);
        let channel = channels.entry(competition).or_insert_with(|| broadcast::Sender::new(BACKLOG));
        let receiver = channel.subscribe();
        drop(channels);
        self.listener(Some(receiver), team, user.map(|user| self.own(user)))
    }

    /// Listens to what is told to `user` only.
    #[must_use]
    pub fn subscribe_user(&self, user: UserId) -> Subscription {
        let own = self.own(user);
        self.listener(None, None, Some(own))
    }

    fn own(&self, user: UserId) -> broadcast::Receiver<Message> {
        let mut people = self.0.people.lock().unwrap_or_else(PoisonError::into_inner);
        if people.len() >= SWEEP_AT && !people.contains_key(&user) {
            people.retain(|_, channel| channel.receiver_count() > 0);
        }
        people.entry(user).or_insert_with(|| broadcast::Sender::new(OWN_BACKLOG)).subscribe()
    }

    fn listener(
        &self,
        receiver: Option<broadcast::Receiver<Message>>,
        team: Option<TeamId>,
        own: Option<broadcast::Receiver<Message>>,
    ) -> Subscription {
        let mut keep_alive = tokio::time::interval(KEEP_ALIVE);
        keep_alive.reset();
        Subscription { receiver, own, keep_alive, shutdown: self.0.shutdown.clone(), team, last: EventId(0) }
    }

    fn send_to(&self, user: UserId, message: Message) {
        let mut people = self.0.people.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(channel) = people.get(&user)
            && channel.send(message).is_err()
        {
            // The last listener left.
            people.remove(&user);
        }
    }

    /// Sends an event to those who may see it.
    fn send(&self, competition: CompetitionId, team: Option<TeamId>, id: EventId, frame: Bytes) {
        let mut channels = self.0.channels.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(channel) = channels.get(&competition)
            && channel.send(Message::Event { id, team, frame }).is_err()
        {
            // The last listener left.
            channels.remove(&competition);
        }
    }
}

/// One listener.
#[derive(Debug)]
pub struct Subscription {
    /// What happens in the competition.
    receiver: Option<broadcast::Receiver<Message>>,
    /// What is told to the person.
    own: Option<broadcast::Receiver<Message>>,
    keep_alive: Interval,
    shutdown: CancellationToken,
    team: Option<TeamId>,
    last: EventId,
}

impl Subscription {
    /// The stream of frames: first those that were missed, then what happens. It ends at shutdown, when the listener
    /// is too slow, and when its account is disconnected.
    pub fn frames(mut self, missed: Vec<(EventId, Bytes)>) -> impl Stream<Item = Bytes> {
        self.last = missed.iter().map(|(id, _)| *id).max().unwrap_or(EventId(0));
        let missed = missed.into_iter().map(|(_, frame)| frame).collect::<Vec<_>>().into_iter();
        futures_util::stream::unfold((missed, self), |(mut missed, mut listener)| async move {
            let frame = match missed.next() {
                Some(frame) => frame,
                None => listener.next().await?,
            };
            Some((frame, (missed, listener)))
        })
    }

    async fn next(&mut self) -> Option<Bytes> {
        loop {
            let message = tokio::select! {
                biased;
                () = self.shutdown.cancelled() => return None,
                message = receive(&mut self.own) => message,
                message = receive(&mut self.receiver) => message,
                _ = self.keep_alive.tick() => return Some(KEEP_ALIVE_FRAME),
            };
            match message {
                Ok(Message::Event { id, team, frame }) => {
                    if id > self.last && team.is_none_or(|team| Some(team) == self.team) {
                        self.keep_alive.reset();
                        return Some(frame);
                    }
                }
                Ok(Message::Disconnect) | Err(_) => return None,
            }
        }
    }
}

/// The next message; never, where there is nothing to listen to.
async fn receive(from: &mut Option<broadcast::Receiver<Message>>) -> Result<Message, broadcast::error::RecvError> {
    match from {
        Some(receiver) => receiver.recv().await,
        None => std::future::pending().await,
    }
}

/// An event as it goes over the wire. `data` is one line of JSON.
#[must_use]
pub fn frame(id: EventId, kind: &str, data: &str) -> Bytes {
    debug_assert!(!kind.contains(['\n', '\r']) && !data.contains(['\n', '\r']));
    format!("id: {id}\nevent: {kind}\ndata: {data}\n\n").into()
}
