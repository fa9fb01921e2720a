//! What is sent back.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::HeaderMap;
use hyper::body::{Body, Bytes, Frame};
use hyper::header::HeaderValue;
use tokio::time::Sleep;

/// A body.
pub(super) enum Answer {
    /// Nothing at all.
    Empty,
    /// Octets, then a status that says that all went well.
    Whole(Bytes),
    /// That status.
    Status,
    /// Without end.
    Endless,
    /// An octet now and then.
    Drip(Pin<Box<Sleep>>),
}

const EVERY: Duration = Duration::from_millis(50);

impl Answer {
    pub fn whole(octets: &[u8]) -> Self {
        Self::Whole(Bytes::copy_from_slice(octets))
    }

    pub fn drip() -> Self {
        Self::Drip(Box::pin(tokio::time::sleep(EVERY)))
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let frame = match &mut *self {
            Self::Empty => return Poll::Ready(None),
            Self::Whole(octets) => {
                let octets = std::mem::take(octets);
                *self = Self::Status;
                Frame::data(octets)
            }
            Self::Status => {
                *self = Self::Empty;
                let mut status = HeaderMap::new();
                status.insert("grpc-status", HeaderValue::from_static("0"));
                Frame::trailers(status)
            }
            Self::Endless => Frame::data(Bytes::from_static(&[0; 4096])),
            Self::Drip(sleep) => match sleep.as_mut().poll(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(()) => {
                    *self = Self::drip();
                    Frame::data(Bytes::from_static(&[0]))
                }
            },
        };
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Empty)
    }
}
