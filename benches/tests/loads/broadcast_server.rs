//! A server that publishes on `/subscribe` what comes on `/publish`, is a STOMP broker on `/stomp` and echoes on all other paths, in a thread of the test.

use std::net::Ipv4Addr;
use std::thread;

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast::{self, Sender};
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::{self, Message};

use crate::stomp_broker;

/// How it treats publications.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Manner {
    /// As it should.
    Right,
    /// Receivers miss the tenth.
    Loses,
    /// Receivers get the tenth with another first character.
    Changes,
    /// Receivers are closed at the tenth.
    Closes,
    /// Every receiver is subscribed only when the first publication has come.
    SubscribesLate,
}

/// Starts it, for as long as the test runs, and returns its address.
pub fn start(manner: Manner) -> String {
    let (sender, receiver) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime");
        runtime.block_on(async {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
            sender.send(listener.local_addr().expect("bound")).expect("the test waits");
            let topic = Sender::new(1024);
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                tokio::spawn(serve(stream, topic.clone(), manner));
            }
        });
    });
    format!("ws://{}/echo", receiver.recv().expect("it starts"))
}

// A client that goes away is no failure of the server.
async fn serve(stream: TcpStream, topic: Sender<String>, manner: Manner) -> tungstenite::Result<()> {
    let mut path = String::new();
    #[allow(clippy::result_large_err, reason = "the signature is tungstenite's")]
    let keep_path = |request: &Request, response: Response| {
        path = request.uri().path().to_owned();
        Ok(response)
    };
    let mut socket = tokio_tungstenite::accept_hdr_async(stream, keep_path).await?;
    if path == "/subscribe" {
        return receive(socket, topic.subscribe(), manner).await;
    }
    if path == "/stomp" {
        return stomp_broker::serve(socket, topic, manner).await;
    }
    while let Some(message) = socket.next().await {
        match message? {
            Message::Text(text) if path == "/publish" => {
                let _ = topic.send(text.to_string());
            }
            text @ Message::Text(_) => socket.send(text).await?,
            _ => {}
        }
    }
    Ok(())
}

async fn receive(
    mut socket: tokio_tungstenite::WebSocketStream<TcpStream>,
    mut publications: broadcast::Receiver<String>,
    manner: Manner,
) -> tungstenite::Result<()> {
    if manner == Manner::SubscribesLate {
        let _ = publications.recv().await;
    }
    let mut number = 0;
    loop {
        tokio::select! {
            publication = publications.recv() => {
                let mut text = publication.expect("slower than the topic is long");
                number += 1;
                match manner {
                    Manner::Loses if number == 10 => continue,
                    Manner::Changes if number == 10 => text.replace_range(..1, "#"),
                    Manner::Closes if number == 10 => return socket.close(None).await,
                    _ => {}
                }
                socket.send(Message::text(text)).await?;
            }
            message = socket.next() => match message {
                None => return Ok(()),
                Some(message) => drop(message?),
            },
        }
    }
}
