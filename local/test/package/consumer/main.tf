terraform {
  required_providers {
    azurerm = { source = "hashicorp/azurerm" }
    azapi   = { source = "Azure/azapi" }
  }
}

provider "azurerm" {
  features {}
}

resource "azurerm_resource_group" "packed" {
  name     = "rg-terraform"
  location = "West Europe"
}

resource "azapi_resource" "identity" {
  type      = "Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31"
  name      = "id-terraform"
  parent_id = azurerm_resource_group.packed.id
  location  = "westeurope"
}
