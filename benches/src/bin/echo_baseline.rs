//! `echo-baseline [--port 0]`: the echo server that Hawser is compared with, tokio-tungstenite as its best users run it.
//!
//! One thread, 8 KiB buffers, `TCP_NODELAY`; echoes are flushed when no further message is ready, so that messages which
//! arrived together leave together. Text is checked for UTF-8 by tungstenite, as Hawser does.

use std::net::Ipv4Addr;

use anyhow::{Context, Result};
use futures_util::{FutureExt, SinkExt, StreamExt};
use hawser_bench::args::Flags;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

const BUFFER_BYTES: usize = 8 * 1024;
const BACKLOG: u32 = 1024;

fn main() -> Result<()> {
    let flags = Flags::parse(std::env::args().skip(1), &["--port"], &[])?;
    let port: u16 = flags.value("--port", 0)?;
    tokio::runtime::Builder::new_current_thread().enable_io().build()?.block_on(serve(port))
}

async fn serve(port: u16) -> Result<()> {
    let listener = listen(port).with_context(|| format!("port {port}"))?;
    println!("listening on ws://{}/echo", listener.local_addr()?);
    loop {
        let (stream, peer) = listener.accept().await?;
        tokio::spawn(async move {
            if let Err(error) = echo(stream).await {
                eprintln!("{peer}: {error}");
            }
        });
    }
}

fn listen(port: u16) -> std::io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind((Ipv4Addr::LOCALHOST, port).into())?;
    socket.listen(BACKLOG)
}

async fn echo(stream: TcpStream) -> tungstenite::Result<()> {
    stream.set_nodelay(true)?;
    let config = WebSocketConfig::default().read_buffer_size(BUFFER_BYTES).write_buffer_size(BUFFER_BYTES);
    let mut socket = tokio_tungstenite::accept_async_with_config(stream, Some(config)).await?;
    while let Some(first) = socket.next().await {
        let mut ready = Some(first);
        while let Some(message) = ready {
            let message = message?;
            // Pings and Close frames are answered by tungstenite itself.
            if message.is_text() || message.is_binary() {
                socket.feed(message).await?;
            }
            ready = socket.next().now_or_never().flatten();
        }
        match socket.flush().await {
            // The closing handshake is over; the next read ends the loop.
            Err(tungstenite::Error::ConnectionClosed) => {}
            result => result?,
        }
    }
    Ok(())
}
