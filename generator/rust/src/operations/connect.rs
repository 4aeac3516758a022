//! The methods of a request that opens a WebSocket channel.

use api::Channel;
use proc_macro2::TokenStream;
use quote::quote;

use crate::ty;

/// Returns the methods that open the channel. `docs` is the documentation of the first method.
pub(super) fn methods(channel: &Channel, docs: &TokenStream) -> TokenStream {
    let [sent, received] = [&channel.sent, &channel.received].map(ty::messages);
    quote! {
        #docs
        #[cfg(feature = "websocket")]
        pub fn connect(self) -> crate::websocket::Connecting<#sent, #received> {
            self.connect_with(crate::websocket::SocketOptions::new())
        }
        /// Same as [`connect`](Self::connect), with options such as a message limit, pings, and
        /// reconnection.
        #[cfg(feature = "websocket")]
        pub fn connect_with(
            self,
            options: crate::websocket::SocketOptions,
        ) -> crate::websocket::Connecting<#sent, #received> {
            self.prepare().connect(options)
        }
    }
}

#[cfg(test)]
mod tests {
    use api::Messages;

    use super::super::samples;
    use super::*;

    #[test]
    fn a_channel_is_opened_with_the_types_of_its_messages() {
        let channel = Channel {
            sent: Messages::Json(samples::named("Ask")),
            received: Messages::JsonOrBytes(samples::named("Song")),
        };
        let methods = methods(&channel, &TokenStream::new()).to_string();
        let expected = quote! {
            #[cfg(feature = "websocket")]
            pub fn connect(self) -> crate::websocket::Connecting<
                crate::websocket::Messages<crate::types::Ask>,
                crate::websocket::Frames<crate::types::Song>
            > {
                self.connect_with(crate::websocket::SocketOptions::new())
            }
        };
        assert!(methods.contains(&expected.to_string()), "{methods}");
    }
}
