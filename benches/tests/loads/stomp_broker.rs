//! One session of a STOMP broker with one destination: SEND publishes, SUBSCRIBE subscribes. Knows no other command.

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::sync::broadcast::{Receiver, Sender};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{self, Message};

use crate::broadcast_server::Manner;

/// Serves it to its end. Who subscribes late elsewhere refuses sessions here.
pub async fn serve(
    mut socket: WebSocketStream<TcpStream>,
    topic: Sender<String>,
    manner: Manner,
) -> tungstenite::Result<()> {
    let mut publications = None;
    let mut number = 0;
    loop {
        tokio::select! {
            mut body = next(&mut publications) => {
                number += 1;
                match manner {
                    Manner::Loses if number == 10 => continue,
                    Manner::Changes if number == 10 => body.replace_range(..1, "#"),
                    Manner::Closes if number == 10 => return socket.close(None).await,
                    _ => {}
                }
                let head = format!("MESSAGE\nmessage-id:{number}\ncontent-length:{}\n\n", body.len());
                socket.send(Message::text(format!("{head}{body}\0"))).await?;
            }
            message = socket.next() => {
                let Some(message) = message else { return Ok(()) };
                let Message::Text(text) = message? else { continue };
                if text.starts_with("CONNECT\n") {
                    let refuses = manner == Manner::SubscribesLate;
                    let answer = if refuses { "ERROR\nmessage:full\n\n\0" } else { "CONNECTED\nversion:1.2\n\n\0" };
                    socket.send(Message::text(answer)).await?;
                } else if text.starts_with("SUBSCRIBE\n") {
                    publications = Some(topic.subscribe());
                } else if let Some((_, body)) = text.split_once("\n\n") {
                    let _ = topic.send(body.trim_end_matches('\0').to_owned());
                }
            }
        }
    }
}

/// Never comes for a session that has not subscribed.
async fn next(publications: &mut Option<Receiver<String>>) -> String {
    match publications {
        Some(publications) => publications.recv().await.expect("slower than the topic is long"),
        None => std::future::pending().await,
    }
}
