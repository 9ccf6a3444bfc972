//! A server that answers GET on connections that are kept, in threads of the test.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;

/// How it answers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Manner {
    /// As it should.
    Right,
    /// The tenth answer has another first character.
    Changes,
    /// The tenth answer is a 503.
    Refuses,
    /// The connection ends instead of the tenth answer.
    Ends,
}

/// Starts it, for as long as the test runs, and returns its address.
pub fn start(manner: Manner, body: &'static str) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let url = format!("ws://{}/http", listener.local_addr().expect("bound"));
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            // A client that goes away is no failure of the server.
            thread::spawn(move || serve(stream, manner, body));
        }
    });
    url
}

fn serve(mut stream: TcpStream, manner: Manner, body: &str) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    for number in 1.. {
        while lines.next().ok_or(std::io::ErrorKind::UnexpectedEof)??.is_empty() {}
        while !lines.next().ok_or(std::io::ErrorKind::UnexpectedEof)??.is_empty() {}
        let mut body = body.to_owned();
        let status = if manner == Manner::Refuses && number == 10 { 503 } else { 200 };
        match manner {
            Manner::Changes if number == 10 => body.replace_range(..1, "#"),
            Manner::Ends if number == 10 => return Ok(()),
            _ => {}
        }
        write!(stream, "HTTP/1.1 {status} \r\nContent-Length: {}\r\n\r\n{body}", body.len())?;
    }
    Ok(())
}
